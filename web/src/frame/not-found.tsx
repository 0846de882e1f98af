/** An address that leads nowhere. */
import { useRouterState } from '@tanstack/react-router';
import { Link } from '../links/link.tsx';
import { url } from '../links/url.ts';
import { Empty } from '../states/empty.tsx';

export function NotFound() {
  const path = useRouterState({ select: (state) => state.location.pathname });
  return (
    <Empty title="There is no such page">
      The address <code>{path}</code> leads nowhere. <Link to={url.home()}>Go to the campaigns</Link>.
    </Empty>
  );
}
