"""What `flask` and the web server load."""

from youthvoice.factory import create_app

app = create_app()
