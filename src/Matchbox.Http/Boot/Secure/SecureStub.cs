using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Matchbox.Http.Boot.Secure;

/// <summary>
/// The Ignition config that a machine gets over plain HTTP in place of a protected one: it says which authority to trust, and where the
/// config is (<c>ignition.security.tls</c> and <c>ignition.config.replace</c> of spec 3.0.0, which every Ignition since 2.0 reads).
/// </summary>
public static class SecureStub
{
    private const string Version = "3.0.0";

    public static ReadOnlyMemory<byte> Write(string authorityPem, string url)
    {
        var pem = Encoding.ASCII.GetBytes(authorityPem);
        var authority = new JsonObject
        {
            ["source"] = $"data:;base64,{Convert.ToBase64String(pem)}",
            ["verification"] = new JsonObject { ["hash"] = $"sha512-{Convert.ToHexStringLower(SHA512.HashData(pem))}" },
        };
        var config = new JsonObject
        {
            ["ignition"] = new JsonObject
            {
                ["version"] = Version,
                ["config"] = new JsonObject { ["replace"] = new JsonObject { ["source"] = url } },
                ["security"] = new JsonObject { ["tls"] = new JsonObject { ["certificateAuthorities"] = new JsonArray(authority) } },
            },
        };
        return Encoding.UTF8.GetBytes(config.ToJsonString());
    }

    /// <summary>Does the machine's Ignition read it; one that says nothing is asked to try.</summary>
    public static bool IsReadBy(string? spec) => spec is null || spec.StartsWith("3.", StringComparison.Ordinal);
}
