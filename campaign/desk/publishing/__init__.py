"""What needs attention, publishing, editions, import and export."""
