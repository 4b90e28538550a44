"""`youthvoice`, also `python -m youthvoice`: what `flask` is in a checkout, wherever the package is installed."""

from flask import Flask
from flask.cli import FlaskGroup

from youthvoice.config import SettingsError
from youthvoice.factory import create_app
from youthvoice.privacy.keys.key_files import KeyFileError
from youthvoice.startup import key_file_advice


def start() -> Flask:
    """The application, with pages that are read when one is asked for; or one line that says why there is none."""
    try:
        return create_app(pages_when_asked=True)
    except SettingsError as error:
        raise SystemExit(f"Youth Voice does not start. {error}") from None
    except KeyFileError as error:
        raise SystemExit(f"Youth Voice does not start. {key_file_advice(error)}") from None


def main() -> None:
    """Run a command."""
    FlaskGroup(create_app=start, load_dotenv=False).main(prog_name="youthvoice")


if __name__ == "__main__":
    main()
