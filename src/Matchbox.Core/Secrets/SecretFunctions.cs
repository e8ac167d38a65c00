using System.Security.Cryptography;
using System.Text;
using Matchbox.Templates;

namespace Matchbox.Core.Secrets;

/// <summary>
/// What <c>{{ secret "name" }}</c> gives. Who previews, compares, explains or exports uses <see cref="Placeholders"/>, so that no
/// value is there that could be shown.
/// </summary>
public sealed class SecretFunctions : ITextFunctions
{
    /// <summary>The one function that configs have beside Go's.</summary>
    public const string Name = "secret";

    /// <summary>What stands for a value wherever nobody boots.</summary>
    public const string Placeholder = "SECRET-VALUE";

    /// <summary>Names of the functions, for the parser.</summary>
    public static readonly IReadOnlySet<string> Names = new HashSet<string>(StringComparer.Ordinal) { Name };

    /// <summary>Gives the placeholder for every secret, and asks no vault.</summary>
    public static readonly ITextFunctions Placeholders = new Fixed();

    /// <summary>Refuses: the machine's config is not protected.</summary>
    public static readonly ITextFunctions Unprotected = new Fixed { Refusal = "only a protected config may hold secrets: write \"protect\": \"once\" into its profile or group" };

    private readonly SecretVault? _vault;
    private readonly string _profile;
    private readonly string _group;
    private readonly List<byte[]> _opened = [];

    /// <summary>Gives what the vault gives to machines of this group and profile. For one config, then <see cref="Clear"/>.</summary>
    public SecretFunctions(SecretVault? vault, string profile, string group) => (_vault, _profile, _group) = (vault, profile, group);

    /// <summary>Why the last secret that was refused was refused, without its name; null: none was.</summary>
    public string? Refusal { get; private set; }

    public string? Call(string function, ReadOnlySpan<byte> argument, out byte[] result)
    {
        result = [];
        Refusal = _vault is null
            ? "there are no secrets here"
            : _vault.Open(Encoding.UTF8.GetString(argument), _profile, _group, out result);
        _opened.Add(result);
        return Refusal;
    }

    /// <summary>Overwrites the values that were given.</summary>
    public void Clear()
    {
        foreach (var value in _opened)
        {
            CryptographicOperations.ZeroMemory(value);
        }
    }

    private sealed class Fixed : ITextFunctions
    {
        private static readonly byte[] Octets = Encoding.ASCII.GetBytes(Placeholder);

        public string? Refusal { get; init; }

        public string? Call(string function, ReadOnlySpan<byte> argument, out byte[] result)
        {
            result = Refusal is null ? Octets : [];
            return Refusal;
        }
    }
}
