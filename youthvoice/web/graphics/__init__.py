"""Pictures and other drawings as SVG."""
