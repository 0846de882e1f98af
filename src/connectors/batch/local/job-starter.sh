# Starts a runner, in a session of its own, for each line it reads: job-starter.sh SPOOL HOST
# Lines: CLUSTER INDEX ATTEMPT SUBMISSION|null LIMIT|null STARTED-MS. Ends when its server closes the other end or dies.
spool=$1 host=$2
here=${0%/*}
. "$here/../../run-apart.sh"
while read -r cluster index attempt submission limit started; do
  # Twice in the background, so that process 1 reaps the runner and nobody has to wait for it here.
  (apart /bin/sh "$here/job-runner.sh" "$spool" "$cluster" "$index" "$attempt" "$submission" "$limit" "$host" \
    "$started" < /dev/null &)
done; exit
