# Completion for bash: the program tells its commands, and each command its verbs and options.
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
		words="--config help $("${COMP_WORDS[0]}" help 2>/dev/null </dev/null | sed -n 's/^  \([a-z]*\) .*/\1/p')"
	elif ((COMP_CWORD == i + 1)); then
		usage=$("${COMP_WORDS[0]}" "$command" --help 2>/dev/null </dev/null)
		words=$(sed -n "s/.*pennypost $command \([a-z|-]*\)\( .*\)*$/\1/p" <<<"$usage" | tr '|' '\n')
	else
		usage=$("${COMP_WORDS[0]}" "$command" "${COMP_WORDS[i + 1]}" --help 2>/dev/null </dev/null)
	fi
	words+=" $(grep -o -e '--[a-z][a-z-]*' <<<"$usage")"
	# shellcheck disable=SC2207
	COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _pennypost pennypost
