"""What the web server and `flask` load in a checkout; commands start with `.venv/bin/youthvoice`, as in a package."""

from youthvoice.factory import start

app = start()

if __name__ == "__main__":  # `youthvoice serve`, without the rest of `flask`
    from youthvoice.cli import add_version_option
    from youthvoice.commands import serve

    with app.app_context():
        add_version_option(serve).main(prog_name="python app.py")
