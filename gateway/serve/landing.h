#pragma once
/*
 * landing - the role mail, with an eye on whether its letters will land.
 *
 * A thread of its first worker has the doctor look at what DNS says of each
 * publication that has letters to send, and puts into the log what is wrong.
 * With refuse_in_doubt each worker looks before its first letter leaves, and
 * the thread every hour; a publication whose letters would be refused is
 * paused, and its owner is told once.
 */
#include "gateway/base/role/role.h"

role_run landing_mail_run;
