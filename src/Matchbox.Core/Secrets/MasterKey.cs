using System.Security.Cryptography;
using System.Text;

namespace Matchbox.Core.Secrets;

/// <summary>The one key that all others follow from, and that is kept apart from what they seal. Immutable.</summary>
/// <param name="octets">32 octets.</param>
/// <param name="source">Where it comes from, in words.</param>
/// <param name="liesWithState">It lies beside what it seals: whoever has the state folder or its backup has both.</param>
public sealed class MasterKey(ReadOnlyMemory<byte> octets, string source, bool liesWithState)
{
    /// <summary>Octets of a master key.</summary>
    public const int Length = 32;

    public string Source => source;

    public bool LiesWithState => liesWithState;

    /// <summary>The key for one purpose (HKDF, RFC 5869): from none of them does another follow, nor this one.</summary>
    public byte[] Derive(string purpose) => HKDF.DeriveKey(HashAlgorithmName.SHA256, octets.ToArray(), Length, info: Encoding.UTF8.GetBytes($"matchbox {purpose}"));

    /// <summary>Says where it is, never what it is.</summary>
    public override string ToString() => $"master key of {source}";
}
