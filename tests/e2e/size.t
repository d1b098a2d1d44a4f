#!/bin/sh
# size.t - functions and files stay of a size to be read at once (contrib/size tells the limits).
cd "$(dirname "$0")/../.." || exit
command -v pmccabe >/dev/null || { echo '1..0 # SKIP pmccabe is not installed: contrib/install-deps test'; exit 0; }
git rev-parse --git-dir >/dev/null 2>&1 || { echo '1..0 # SKIP not a git checkout, so no list of files'; exit 0; }
if said=$(contrib/size 2>&1); then echo 'ok 1 - nothing is over the limits'; else echo 'not ok 1 - nothing is over the limits'; fi
echo "$said" | sed 's/^/# /'
echo 1..1
