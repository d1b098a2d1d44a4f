# Completion for bash: the program tells its commands, and those that have commands of their own tell their usage.
_pennypost()
{
	local i command= word=${COMP_WORDS[COMP_CWORD]} usage words=
	[[ ${COMP_WORDS[COMP_CWORD - 1]} != --config ]] || return
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		--config) ((i++)) ;;
		-*) ;;
		*) command=${COMP_WORDS[i]}; break ;;
		esac
	done
	if [[ -z $command ]]; then
		words="--config $("${COMP_WORDS[0]}" help 2>/dev/null </dev/null | sed -n 's/^  \([a-z]*\) .*/\1/p')"
	else
		case $command in
		publication | source | entry | subscriber | delivery | quarantine | database) usage=$("${COMP_WORDS[0]}" "$command" 2>&1 </dev/null) ;;
		*) usage=$("${COMP_WORDS[0]}" "$command" --help 2>&1 </dev/null | sed '/there is no option/d') ;;
		esac
		((COMP_CWORD > i + 1)) || words=$(sed -n "s/.*pennypost $command \([a-z|]*\)\( .*\)*$/\1/p" <<<"$usage" | tr '|' '\n')
		words+=" $(grep -o -e '--[a-z][a-z-]*' <<<"$usage")"
	fi
	# shellcheck disable=SC2207
	COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _pennypost pennypost
