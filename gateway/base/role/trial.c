#include "gateway/base/role/trial.h"

enum trial_turn trial_turn(struct trial *t, bool suspects, bool holding)
{
	if (holding)
		return t->running || (suspects && t->suspects_next) ? TRIAL_WAIT : TRIAL_USUAL;
	t->running = suspects && t->suspects_next;
	t->suspects_next = !t->suspects_next;
	return t->running ? TRIAL_SUSPECTS : TRIAL_USUAL;
}
