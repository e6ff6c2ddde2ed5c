package dev.countersign.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The log of this process, on stderr. No file configures it: nobody can send it elsewhere.
public final class ProcessLog extends ContextAwareBase implements Configurator {
  private static final String TEXT =
      "%d{\"yyyy-MM-dd'T'HH:mm:ss.SSS'Z'\", UTC} %level %logger %msg%n";

  /// For the log's library, which finds this class as a service.
  public ProcessLog() {}

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    write(context, LogFormat.TEXT);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /// From now on lines are of this format.
  static void write(LogFormat format) {
    write((LoggerContext) LoggerFactory.getILoggerFactory(), format);
  }

  private static void write(LoggerContext context, LogFormat format) {
    context.reset();
    var encoder = encoder(context, format);
    encoder.start();
    var stderr = new ConsoleAppender<ILoggingEvent>();
    stderr.setContext(context);
    stderr.setTarget("System.err");
    stderr.setEncoder(encoder);
    stderr.start();
    var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.INFO);
    root.addAppender(stderr);
    // Jetty's own news are of no use to whoever runs the provider; its warnings are.
    context.getLogger("org.eclipse.jetty").setLevel(Level.WARN);
    // It warns twice a second while there are many connections, which is what the metrics are for.
    context.getLogger("org.eclipse.jetty.server.LowResourceMonitor").setLevel(Level.ERROR);
    // The Kubernetes client would write what a credential program said, which may be a token; what
    // fails is told by us.
    context.getLogger("io.fabric8").setLevel(Level.OFF);
  }

  private static Encoder<ILoggingEvent> encoder(LoggerContext context, LogFormat format) {
    return switch (format) {
      case TEXT -> {
        var text = new PatternLayoutEncoder();
        text.setContext(context);
        text.setPattern(TEXT);
        yield text;
      }
      case JSON -> new JsonLines();
    };
  }
}
