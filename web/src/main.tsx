/** The console's entry: theme, cache, router. */
import './theme/mantine.css';
import './theme/tokens.css';
import './theme/base.css';
import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiError } from './api/client.ts';
import { router } from './router.tsx';
import { theme } from './theme/theme.ts';

/** Answers that will not get better by asking again. */
const worthRetry = (error: Error): boolean =>
  !(error instanceof ApiError) || error.problem.status === 0 || error.problem.status >= 500;

const client = new QueryClient({
  defaultOptions: {
    queries: {
      // The event stream tells what changed; this is for what it cannot tell.
      staleTime: 30_000,
      retry: (failures, error) => failures < 2 && worthRetry(error),
    },
  },
});

const container = document.getElementById('root');
if (container === null) throw new Error('index.html has no #root');

createRoot(container).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      colorSchemeManager={localStorageColorSchemeManager({ key: 'poms.colours' })}
      withCssVariables={false}
      withGlobalClasses={false}
    >
      <QueryClientProvider client={client}>
        <Notifications position="bottom-right" />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
