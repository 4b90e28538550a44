"""What `flask` and the web server load."""

from youthvoice.config import SettingsError
from youthvoice.factory import create_app
from youthvoice.privacy.keys.key_files import KeyFileError
from youthvoice.startup import key_file_advice

try:
    app = create_app(pages_when_asked=True)
except SettingsError as error:
    raise SystemExit(f"Youth Voice does not start. {error}") from None
except KeyFileError as error:
    raise SystemExit(f"Youth Voice does not start. {key_file_advice(error)}") from None

if __name__ == "__main__":
    from youthvoice.commands import serve

    with app.app_context():
        serve.main(prog_name="python app.py")
