package dev.countersign.bench;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// A line through measured points, both axes from zero, as SVG.
///
/// @param points at least two, in the order of `x`
record Plot(String title, String xLabel, String yLabel, List<Point> points) {
  private static final int WIDTH = 480;
  private static final int HEIGHT = 300;
  private static final int LEFT = 56;
  private static final int BOTTOM = 44;
  private static final int TOP = 34;
  private static final int RIGHT = 16;

  /// One measurement.
  record Point(double x, double y) {}

  Plot {
    points = List.copyOf(points);
  }

  String svg() {
    double maxX = points.stream().mapToDouble(Point::x).max().orElseThrow();
    double maxY = 1.1 * points.stream().mapToDouble(Point::y).max().orElseThrow();
    var line =
        points.stream()
            .map(point ->
                String.format(Locale.ROOT, "%.1f,%.1f", x(point.x, maxX), y(point.y, maxY)))
            .collect(Collectors.joining(" "));
    var marks =
        points.stream().map(point -> mark(point, maxX, maxY)).collect(Collectors.joining("\n"));
    return """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="11">
    <rect width="100%%" height="100%%" fill="white"/>
    <text x="%d" y="20" text-anchor="middle" font-size="13">%s</text>
    <path d="M%d %dV%dH%d" fill="none" stroke="#888"/>
    <polyline points="%s" fill="none" stroke="#1f5fa8" stroke-width="2"/>
    %s
    <text x="%d" y="%d" text-anchor="middle">%s</text>
    <text x="14" y="%d" text-anchor="middle" transform="rotate(-90 14 %d)">%s</text>
    </svg>
    """
        .formatted(
            WIDTH,
            HEIGHT,
            WIDTH / 2,
            title,
            LEFT,
            TOP,
            HEIGHT - BOTTOM,
            WIDTH - RIGHT,
            line,
            marks,
            WIDTH / 2,
            HEIGHT - 8,
            xLabel,
            HEIGHT / 2,
            HEIGHT / 2,
            yLabel);
  }

  private static String mark(Point point, double maxX, double maxY) {
    double x = x(point.x, maxX);
    double y = y(point.y, maxY);
    return String.format(
            Locale.ROOT, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"#1f5fa8\"/>", x, y)
        + String.format(
            Locale.ROOT,
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%.4g</text>",
            x,
            y - 7,
            point.y)
        + String.format(
            Locale.ROOT,
            "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" fill=\"#555\">%.0f</text>",
            x,
            HEIGHT - BOTTOM + 14,
            point.x);
  }

  private static double x(double value, double max) {
    return LEFT + value / max * (WIDTH - LEFT - RIGHT);
  }

  private static double y(double value, double max) {
    return HEIGHT - BOTTOM - value / max * (HEIGHT - BOTTOM - TOP);
  }
}
