package dev.countersign.cli;

import dev.countersign.format.Bytes;
import java.io.IOException;

/// Where the text goes that a command makes: the file of a flag, else standard output.
record Written(Arguments arguments, World world, Flag flag) {
  void write(Bytes content) throws Failure, IOException {
    var name = arguments.find(flag);
    if (name.isEmpty()) {
      world.stdout().writeBytes(content.toArray());
      world.stdout().println();
      return;
    }
    var files = new OutputFiles(world);
    files.add(flag.name(), name.get(), content);
    files.write();
  }
}
