#pragma once
/*
 * session - from the greeting to CONNECTION_READY: EHLO, STARTTLS, AUTH.
 */
#include "smtp/client/connection.h"

/* Starts the dialogue on a connection that was just established, or has just completed the handshake after STARTTLS. */
void session_begin(struct connection *c);
/* Handles a reply that came before CONNECTION_READY. */
bool session_reply(struct connection *c, const struct reply *reply, struct error *err);
