-- Letters through several mail servers: what one has put off is tried by another.

ALTER TABLE delivery ADD COLUMN server TEXT; -- name of the mail server that deferred it last; NULL: none, or there is only one
