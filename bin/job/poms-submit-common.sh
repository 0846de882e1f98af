# What poms-submit and its parts for batch systems have in common (POSIX sh); they read it from beside themselves.

# quote TEXT: sets $quoted to the text as one word that a shell reads back literally
quote() {
  quote_rest=$1 quoted=
  while :; do
    case $quote_rest in
      *\'*) quoted="$quoted${quote_rest%%\'*}'\\''" quote_rest=${quote_rest#*\'} ;;
      *) quoted="'$quoted$quote_rest'" && return ;;
    esac
  done
}

# logs_folder: sets $logs to the folder of the submission's job logs, and removes those of submissions of which no job
# has begun for 90 days; POMS itself has no rights in the accounts of batch hosts
logs_folder() {
  all_logs=${HOME:-$PWD}/poms-logs
  logs=$all_logs/${POMS4_SUBMISSION_ID:-none}
  mkdir -p "$logs" || return
  find "$all_logs" -mindepth 1 -maxdepth 1 -type d -mtime +90 -exec rm -rf {} + 2> /dev/null || :
}
