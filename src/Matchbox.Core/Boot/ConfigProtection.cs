using System.Security.Cryptography;
using System.Text;
using Matchbox.Core.Catalogs;
using Matchbox.Core.Secrets;

namespace Matchbox.Core.Boot;

/// <summary>What protected configs need beside the gate: the secrets that they hold and the tokens that live boots carry. Thread-safe.</summary>
public sealed class ConfigProtection(SecretVault vault, DeliveryTokens tokens)
{
    public SecretVault Vault => vault;

    public DeliveryTokens Tokens => tokens;

    /// <summary>
    /// The offer with a digest that pins more where it is protected: that it is, which secrets its templates name, and which revision of
    /// each there is. Nothing of a value is part of it.
    /// </summary>
    public BootOffer Pin(BootOffer offer, Group group)
    {
        if (Protection.Of(group, offer.Profile) is not { } protects)
        {
            return offer;
        }
        var text = $"{offer.Digest}\n{protects}\n{vault.RevisionOf(SecretNames(offer, group))}";
        return offer with { Digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))) };
    }

    // A name that a template computes may be any of those that it could get.
    private HashSet<string> SecretNames(BootOffer offer, Group group)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var call in offer.Files.SelectMany(file => file.SecretCalls))
        {
            names.UnionWith(call.Argument is { } name
                ? [name]
                : vault.All.Where(secret => secret.Allows(offer.Profile.Id, group.Id)).Select(secret => secret.Name));
        }
        return names;
    }
}
