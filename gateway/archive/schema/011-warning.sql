-- What an author warns of before the text: "spoilers", "food".  Plain text; its content begins with it too.
ALTER TABLE entry ADD COLUMN warning TEXT;
