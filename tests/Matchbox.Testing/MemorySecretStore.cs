using System.Text;
using Matchbox.Core.Secrets;

namespace Matchbox.Testing;

/// <summary>Secrets in memory.</summary>
public sealed class MemorySecretStore : ISecretStore
{
    private readonly SortedDictionary<string, SealedSecret> _secrets = new(StringComparer.Ordinal);

    public IReadOnlyList<SealedSecret> Load() => [.. _secrets.Values];

    public void Save(SealedSecret secret) => _secrets[secret.Secret.Name] = secret;

    public void Remove(string name) => _secrets.Remove(name);
}

/// <summary>Marks what it seals with the name, and opens it under that name only.</summary>
public sealed class NamedSealer : ISecretSealer
{
    public byte[] Seal(string name, ReadOnlySpan<byte> value) => [.. Encoding.UTF8.GetBytes(name + "\n"), .. value];

    public byte[]? Open(string name, ReadOnlySpan<byte> value) =>
        value.StartsWith(Encoding.UTF8.GetBytes(name + "\n")) ? value[(Encoding.UTF8.GetByteCount(name) + 1)..].ToArray() : null;
}
