/** Tells of a failed change whose button has no place for an error of its own. */
import { notifications } from '@mantine/notifications';
import { problemOf } from './problem-panel.tsx';

export function tellProblem(error: unknown): void {
  const { title, detail, advice } = problemOf(error);
  notifications.show({ title, message: `${detail} ${advice}`, autoClose: 15_000 });
}
