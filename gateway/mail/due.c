#include "gateway/mail/due.h"
#include "gateway/base/memory/mem.h"
#include <string.h>

void due_add(void *owner, struct due_list *l, struct delivery *row)
{
	*mem_push(owner, l->all, l->count) = (struct letter_due){ .row = row };
	*mem_push(owner, l->held, l->held_count) = row->id;
}

void due_forget(struct due_list *l, int64_t id)
{
	size_t i = 0;
	while (i < l->held_count && l->held[i] != id)
		i++;
	if (i < l->held_count)
		l->held[i] = l->held[--l->held_count];
}

void due_drop_letter(struct due_list *l, struct letter_due *due)
{
	if (due->letter)
		l->ahead_bytes -= composition_size(due->letter);
	TALLOC_FREE(due->letter);
}

struct letter_due *due_bring_forward(struct due_list *l, size_t i)
{
	struct letter_due kept = l->all[i];
	l->all[i] = l->all[l->next];
	l->all[l->next] = kept;
	return &l->all[l->next];
}

void due_close_ranks(struct due_list *l)
{
	if (l->next < l->count)
		memmove(l->all, l->all + l->next, (l->count - l->next) * sizeof *l->all);
	l->count -= l->next;
	l->composed -= l->composed < l->next ? l->composed : l->next;
	l->next = 0;
}

struct stop_row *due_rows_of(void *owner, const struct due_list *l, const int64_t *issues, size_t *count)
{
	struct stop_row *rows = NULL;
	for (size_t i = l->next; i < l->count; i++)
		for (size_t k = 0; k < talloc_array_length(issues); k++)
			if (l->all[i].row->issue == issues[k])
				*mem_push(owner, rows, *count) = (struct stop_row){ l->all[i].row->id, issues[k] };
	return rows;
}

void due_drop_rows(struct due_list *l, const struct stop_row *rows, size_t count)
{
	size_t kept = l->next, composed = l->composed, dropped = 0;
	for (size_t i = l->next; i < l->count; i++) {
		struct letter_due *due = &l->all[i];
		if (dropped == count || due->row->id != rows[dropped].delivery) {
			l->all[kept++] = *due;
			continue;
		}
		dropped++;
		l->composed -= i < composed;
		due_forget(l, due->row->id);
		due_drop_letter(l, due);
		talloc_free(due->row);
	}
	l->count = kept;
}
