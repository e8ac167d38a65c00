using Matchbox.Butane.Schema;
namespace Matchbox.Butane.Ignition;
internal static class IgnitionMerge { public static Record Merge(Record p, Record c, int v) => c; }
