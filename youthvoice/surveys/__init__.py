"""Questionnaires, and what becomes of their answers.

conditions         when a question is asked
questions          one question, frozen
questionnaires     all of them together; digest, JSON
identity           whether two questions are the same question
likeness           what a text looks like; `find_near_copies_of`: questions that are almost one asked before
coding, tally      answers as equal-length bytes; counting them
faults             what is wrong with a file: codes; `fault_words` says them
reading            TOML -> Questionnaire, or every fault at once
importing          a file of others, read in a process of its own (`file_reader`)
toml_rows, pieces, question_reading   how `reading` finds rows, types and questions
order, limits, wording, identifying   rules: references, sizes, words, what must not be asked
pictures           names and codes of OpenMoji pictures
xlsform            spreadsheets in and out
"""
