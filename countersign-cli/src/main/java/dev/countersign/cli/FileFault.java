package dev.countersign.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/// What a failed read or write says to people; Java's own text is often only the file's name.
final class FileFault {
  private FileFault() {}

  static String describe(IOException fault) {
    return switch (fault) {
      case NoSuchFileException e -> e.getFile() + ": no such file or directory";
      case AccessDeniedException e -> e.getFile() + ": permission denied";
      case NotDirectoryException e -> e.getFile() + ": not a directory";
      case FileSystemException e when e.getReason() != null -> e.getFile() + ": " + e.getReason();
      case FileSystemException e -> e.getFile() + ": cannot be read or written";
      default -> fault.getMessage() == null ? fault.toString() : fault.getMessage();
    };
  }
}
