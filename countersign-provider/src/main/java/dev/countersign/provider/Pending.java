package dev.countersign.provider;

import dev.countersign.registry.Deadline;
import java.util.function.Function;

/// An answer that may still be on its way.
@FunctionalInterface
interface Pending<T> {
  /// The answer, or what stands for it when `deadline` comes first; safe to call once.
  T await(Deadline deadline);

  /// The answer that `change` makes of this one.
  default <U> Pending<U> map(Function<? super T, ? extends U> change) {
    return deadline -> change.apply(await(deadline));
  }

  /// An answer that is there.
  static <T> Pending<T> known(T answer) {
    return deadline -> answer;
  }
}
