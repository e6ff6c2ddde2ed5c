/// A thin strict layer over Gson's streaming parser: values, one reader and one writer.
///
/// Not exported: wire forms end at the package that parses them.
package dev.countersign.json;
