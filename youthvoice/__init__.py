"""Youth Voice: children are heard, nobody can tell which child, and something comes back.

The house, from the roof down; imports point down only:

    factory, rooms, cli   the only modules that know every room
    restored          what a restored backup leaves in the log
    example           the invented site that a first visitor walks through
    aloud             what children can hear: recording it, and the tablet's own voice
    kiosk             a child's front page, enrolment, quick exit, help
    publications      frozen views: page, print, mail, export; "you said, we did"
    surveys           questionnaires, rounds, responses, batches
    grievances        a child tells; the advocates' desk; clocks
    committees        committees, elections, meetings, agenda, minutes
    threads           sealed words: the letter box, reports; wraps, child codes, replies to a child
    answers           what adults owe: owner, due date, yes / partly / no because
    witnesses         who outside holds the head of the log
    slips             one-time slips of a few pictures
    staff             people, sign-in, keys
    clips             recorded voices, named by what is said
    places            sites, groups, tablets
    access            roles and permissions as a table; sessions
    audit mail work backups   log | outbox | the work process | sealed copies
    web               layout, headers, bodies of requests, flood limits
    db                engine, one session per request
    statements        the few statements of every response, straight to the driver
    privacy           sealing, keyring, disclosure: pure
    config            frozen settings
"""
