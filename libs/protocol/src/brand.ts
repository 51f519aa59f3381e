declare const brand: unique symbol;

/** A `Base` that has passed the check named `Name`: only that check's module makes one. */
export type Brand<Base, Name extends string> = Base & { readonly [brand]: Name };
