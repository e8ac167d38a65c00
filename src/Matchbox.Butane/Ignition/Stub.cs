using Matchbox.Butane.Reports;
using Matchbox.Butane.Schema;
namespace Matchbox.Butane.Ignition;
internal static class IgnitionRules { 
 public static void FindDuplicates(Record c, int v, Report r) {}
 public static void Validate(Record c, int v, Report r) {}
 public static void ValidateInner(ReadOnlySpan<byte> j, int v, DocumentPath at, Report r) {}
}
internal static class IgnitionMerge { public static Record Merge(Record p, Record c, int v) => c; }
