using System.Text;
using Matchbox.Butane.Ignition;

namespace Matchbox.Http.Grpc.Documents;

/// <summary>Maps in the order in which Go writes them: by the octets of their keys.</summary>
internal static class GoMap
{
    /// <summary>A map without entries.</summary>
    public static SortedDictionary<string, T> New<T>() => new(ByOctets.Instance);

    /// <summary>The members of an object; of equal keys the last.</summary>
    public static SortedDictionary<string, JsonNode> Of(JsonNode node)
    {
        var map = New<JsonNode>();
        foreach (var member in node.Members)
        {
            map[member.Key] = member.Value;
        }
        return map;
    }

    private sealed class ByOctets : IComparer<string>
    {
        public static readonly ByOctets Instance = new();

        // UTF-16 sorts surrogates before the last BMP characters, UTF-8 does not.
        public int Compare(string? x, string? y)
        {
            var (left, right) = (x ?? "", y ?? "");
            var common = left.AsSpan().CommonPrefixLength(right);
            if (common == left.Length || common == right.Length)
            {
                return left.Length - right.Length;
            }
            return !char.IsSurrogate(left[common]) && !char.IsSurrogate(right[common])
                ? left[common] - right[common]
                : Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right));
        }
    }
}
