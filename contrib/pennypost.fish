# Completion for fish: the program tells its commands, and each command its verbs and options.
function __pennypost_words
	set -l words (commandline -opc)
	set -l program $words[1]
	set -l rest
	set -l skip no
	for word in $words[2..-1]
		if test $skip = yes
			set skip no
		else if test "$word" = --config
			set skip yes
		else if not string match -q -- '-*' "$word"
			set -a rest $word
		end
	end
	switch (count $rest)
		case 0
			printf '%s\n' --config help
			$program help 2>/dev/null | string replace -rf '^  ([a-z]+) +(.*)' '$1\t$2'
		case 1
			set -l usage ($program $rest[1] --help 2>/dev/null)
			string replace -rf ".*pennypost $rest[1] ([a-z|-]+)( .*)?\$" '$1' -- $usage | string split '|'
			string match -ra -- '--[a-z][a-z-]*' $usage
		case '*'
			string match -ra -- '--[a-z][a-z-]*' ($program $rest[1] $rest[2] --help 2>/dev/null)
	end
end
complete -c pennypost -a '(__pennypost_words)'
