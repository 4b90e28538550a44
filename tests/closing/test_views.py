"""Views stay with families: what was published, and nothing else, as pages of paper in a folder (S12)."""

from pathlib import Path

from flask import Flask
from sqlalchemy import update

from tests.support.closing import run_close
from tests.support.publications import make_house
from youthvoice import context, db
from youthvoice.publications.models import PublicationRow


def test_a_coordinator_gives_away_what_was_published_and_nothing_that_was_not(app: Flask, tmp_path: Path) -> None:
    house = make_house()
    round_ = house.counted()
    edition = house.edition()
    assert edition
    coordinator, facilitator = house.people["coordinator"], house.people["facilitator"]
    assert run_close(app, "views", "example-house", tmp_path / "mine", by=(facilitator,))[0] == 1
    code, output = run_close(app, "views", "example-house", tmp_path / "waiting", by=(coordinator,))
    assert code == 0, output
    assert [path.name for path in (tmp_path / "waiting").iterdir()] == ["index.html"]
    with db.writing(db.engine()) as session:
        published = update(PublicationRow).where(PublicationRow.round_id == round_.id)
        session.execute(published.values(state="approved", approved_on=context.today()))
    code, output = run_close(app, "views", "example-house", tmp_path / "views", by=(coordinator,))
    assert code == 0, output
    papers = sorted(path.name for path in (tmp_path / "views").glob("*.pdf"))
    assert len(papers) == 3  # in each language of the site
    assert all((tmp_path / "views" / name).read_bytes().startswith(b"%PDF") for name in papers)
    listed = (tmp_path / "views" / "index.html").read_text()
    assert all(f'href="{name}"' in listed for name in papers)
    assert run_close(app, "views", "example-house", tmp_path / "views", by=(coordinator,))[0] == 1
