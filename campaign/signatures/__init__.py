"""What server and trustees share: what a signature holds, how it is sealed, and the files that pass between them."""
