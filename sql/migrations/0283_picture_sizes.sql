-- How large the picture is that a reply takes along: not every platform takes every shape as a photo.
ALTER TABLE reply_contents ADD width integer, ADD height integer; -- NULL: not known
