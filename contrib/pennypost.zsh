#compdef pennypost
# Completion for zsh: the program tells its commands, and each command its verbs and options.
_pennypost()
{
	local i=2 command= usage
	local -a found
	[[ $words[CURRENT-1] != --config ]] || { _files; return }
	for ((; i < CURRENT; i++)); do
		case $words[i] in
		--config) ((i++)) ;;
		-*) ;;
		*) command=$words[i]; break ;;
		esac
	done
	if [[ -z $command ]]; then
		found=(--config help ${(f)"$($words[1] help 2>/dev/null </dev/null | sed -n 's/^  \([a-z]*\) .*/\1/p')"})
	elif ((CURRENT == i + 1)); then
		usage=$($words[1] $command --help 2>/dev/null </dev/null)
		found=(${(f)"$(sed -n "s/.*pennypost $command \([a-z|-]*\)\( .*\)*$/\1/p" <<<"$usage" | tr '|' '\n')"})
	else
		usage=$($words[1] $command $words[i+1] --help 2>/dev/null </dev/null)
	fi
	found+=(${(f)"$(grep -o -e '--[a-z][a-z-]*' <<<"$usage")"})
	compadd -a found
	_files
}
_pennypost "$@"
