#pragma once
/*
 * clean_formula - formulas as code that a person can read: x^2.
 */
#include "feeds/clean/clean_tree.h"

/* Replaces a math element by its alttext, its TeX annotation, or its symbols. */
void clean_formula_math(struct clean *c, struct html_node *math);
/* Replaces a script that holds a formula (type math/tex; MathJax) by the formula; false when script is none. */
bool clean_formula_script(struct clean *c, struct html_node *script);
