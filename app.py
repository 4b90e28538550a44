"""What `flask` and the web server load in a checkout; an installed package brings the command `youthvoice` instead."""

from youthvoice.factory import start

app = start()

if __name__ == "__main__":  # `flask serve`, without the rest of `flask`
    from youthvoice.cli import add_version_option
    from youthvoice.commands import serve

    with app.app_context():
        add_version_option(serve).main(prog_name="python app.py")
