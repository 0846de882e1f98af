export function LaunchesPage() {
  return null;
}
