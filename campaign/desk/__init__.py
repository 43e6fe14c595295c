"""The desk: where organisers sign in, edit, translate, check and publish."""
