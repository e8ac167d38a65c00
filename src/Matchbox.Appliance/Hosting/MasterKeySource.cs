using System.Security.Cryptography;
using Matchbox.Core.Secrets;

namespace Matchbox.Appliance.Hosting;

/// <summary>
/// Where the master key comes from: a credential that systemd hands over, a variable, a file that the settings name, and if none
/// of them is there a file that is made in the state folder, which protects nobody from who has that folder.
/// </summary>
internal static class MasterKeySource
{
    /// <summary>The file's name in systemd's folder of credentials (systemd.exec(5), LoadCredentialEncrypted=).</summary>
    public const string Credential = "matchbox-master-key";

    /// <summary>The folder's name in the environment.</summary>
    public const string CredentialsVariable = "CREDENTIALS_DIRECTORY";

    /// <summary>The file's name in the state folder.</summary>
    public const string StateFile = "master.key";

    /// <exception cref="StartException">A source is named and what it gives is no key.</exception>
    public static MasterKey Find(Func<string, string?> environment, string? keyFile, StateFolder state)
    {
        if (environment(CredentialsVariable) is { Length: > 0 } credentials && Path.Combine(credentials, Credential) is var credential && File.Exists(credential))
        {
            return new MasterKey(Read(credential), $"the systemd credential {Credential}", liesWithState: false);
        }
        if (environment(Settings.SettingsOverrides.MasterKeyVariable) is { Length: > 0 } text)
        {
            return new MasterKey(
                Decode(text) ?? throw new StartException($"{Settings.SettingsOverrides.MasterKeyVariable} is not base64 of {MasterKey.Length} octets: {HowToMake}"),
                Settings.SettingsOverrides.MasterKeyVariable, liesWithState: false);
        }
        return keyFile is not null
            ? new MasterKey(Read(keyFile), keyFile, liesWithState: false)
            : new MasterKey(state.ReadOrMakeKey(StateFile), Path.Combine(state.Path, StateFile), liesWithState: true);
    }

    private const string HowToMake = "head -c 32 /dev/urandom | base64 makes one";

    private static byte[] Read(string file)
    {
        try
        {
            if (new FileInfo(file).Length > 1024)
            {
                throw new StartException($"{file} is no master key, it is too long: {HowToMake}");
            }
            var octets = File.ReadAllBytes(file);
            return octets.Length == MasterKey.Length ? octets
                : Decode(System.Text.Encoding.ASCII.GetString(octets)) ?? throw new StartException($"{file} is not base64 of {MasterKey.Length} octets: {HowToMake}");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"the master key cannot be read: {failure.Message}", failure);
        }
    }

    private static byte[]? Decode(string text)
    {
        var octets = new byte[MasterKey.Length];
        var trimmed = text.Trim();
        // 44 characters; a longer text would not fit.
        var isKey = trimmed.Length == (MasterKey.Length + 2) / 3 * 4 && Convert.TryFromBase64String(trimmed, octets, out var length) && length == MasterKey.Length;
        if (!isKey)
        {
            CryptographicOperations.ZeroMemory(octets);
        }
        return isKey ? octets : null;
    }
}
