package dev.countersign.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.provider.CheckBounds.Limits;
import dev.countersign.provider.CheckBounds.Owner;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CheckBoundsTest {
  private final CheckBounds bounds = new CheckBounds(new Limits(10, 4, 2, 6, 6));

  private static Owner owner(String registry, String namespace) {
    return new Owner(registry, Optional.of(namespace));
  }

  private int enter(int times, Owner owner) {
    int entered = 0;
    for (int i = 0; i < times; i++) {
      entered += bounds.enter(owner) ? 1 : 0;
    }
    return entered;
  }

  @Test
  void leavesRoomForOtherRegistriesWhenOneHangs() {
    assertEquals(6, enter(100, new Owner("hangs")));

    assertEquals(2, enter(100, new Owner("a")));
    assertEquals(2, enter(100, new Owner("b")));
    assertFalse(bounds.enter(new Owner("c")));
    assertEquals(10, bounds.running());
  }

  @Test
  void leavesRoomForOtherNamespacesWhenOneStartsTooMuch() {
    for (int i = 0; i < 100; i++) {
      enter(1, owner("registry" + i, "crowded"));
    }
    assertEquals(6, bounds.running());

    assertEquals(2, enter(100, owner("fresh", "calm")));
    assertEquals(2, enter(100, owner("another", "other")));
  }

  @Test
  void keepsTheReserveFromThoseWhoHaveMuch() {
    assertEquals(3, enter(3, owner("a", "m")));
    assertEquals(3, enter(3, owner("b", "n")));

    assertFalse(bounds.enter(owner("a", "new")), "registry a has 3");
    assertFalse(bounds.enter(owner("new", "m")), "namespace m has 3");
    assertTrue(bounds.enter(owner("new", "new")));
  }

  @Test
  void givesPlacesBack() {
    assertEquals(6, enter(100, owner("a", "m")));
    for (int i = 0; i < 6; i++) {
      bounds.leave(owner("a", "m"));
    }

    assertEquals(0, bounds.running());
    assertEquals(6, enter(100, owner("a", "m")));
  }
}
