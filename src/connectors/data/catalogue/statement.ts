/** A statement in the making: the CTEs so far, and names that are still free. */
import { type RawBuilder, sql } from 'kysely';
import type { Sql } from './conditions.ts';

export class Statement {
  readonly #ctes: Sql[] = [];
  #names = 0;

  /** A name of our own making, so it may stand in the text. */
  name(letter: 'f' | 'c' | 'e' | 'n' | 's'): Sql {
    this.#names += 1;
    return sql.raw(`${letter}${this.#names}`);
  }

  /** Keeps a sub-query as a materialised CTE, which the planner cannot turn round; gives its name. */
  cte(body: Sql): Sql {
    return this.recursiveCte(() => body);
  }

  /** The same for a sub-query that reads itself. */
  recursiveCte(body: (self: Sql) => Sql): Sql {
    const name = this.name('s');
    this.#ctes.push(sql`${name} as materialized (${body(name)})`);
    return name;
  }

  /** Puts a query behind the CTEs that its parts need. */
  around<T>(body: RawBuilder<T>): RawBuilder<T> {
    return this.#ctes.length === 0 ? body : sql<T>`with recursive ${sql.join(this.#ctes)} ${body}`;
  }
}
