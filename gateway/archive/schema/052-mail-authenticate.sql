-- Whose mails of a source are posts at once; those of others are held.
ALTER TABLE source ADD COLUMN authenticate TEXT;  -- "dkim:mx.example.org" (mail_authentication.h); NULL: everybody's
