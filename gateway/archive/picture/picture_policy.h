#pragma once
/*
 * picture_policy - which pictures of other hosts a publication keeps.  What comes within a text is kept always.
 */

enum picture_policy {
	PICTURES_NONE,    /* previews of films are words then */
	PICTURES_POSTERS, /* previews of films, which would tell their hosts who reads */
	PICTURES_ALL      /* and all that a post shows */
};
