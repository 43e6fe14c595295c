"""What server and trustees share: a signature, how it is sealed, and the files that pass between them."""
