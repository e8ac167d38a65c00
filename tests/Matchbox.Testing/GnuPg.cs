using System.Diagnostics;

namespace Matchbox.Testing;

/// <summary>Real gpg with a home of its own: makes keys, and verifies with gpgv. Nothing of it is left behind.</summary>
public sealed class GnuPg : IDisposable
{
    public const string Absent = "gpg and gpgv are not installed";

    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("mb-gpg-");

    public static bool IsThere => File.Exists("/usr/bin/gpg") && File.Exists("/usr/bin/gpgv");

    public string Folder => _home.FullName;

    /// <summary>Makes a key and exports it; the secret ring as poseidon/matchbox wants it, binary.</summary>
    /// <param name="algorithm">In gpg's notation, such as <c>rsa3072</c>.</param>
    /// <param name="passphrase">Empty: the ring is not encrypted.</param>
    public KeyRing Make(string algorithm, string passphrase = "")
    {
        string[] quiet = ["--batch", "--yes", "--pinentry-mode", "loopback", "--passphrase", passphrase];
        var name = $"{algorithm} {passphrase.Length}";
        Run("gpg", [.. quiet, "--quick-gen-key", name, algorithm, "sign", "never"]);
        var (secret, open) = (Path.Combine(Folder, $"{name}.secret"), Path.Combine(Folder, $"{name}.public"));
        Run("gpg", [.. quiet, "--output", secret, "--export-secret-keys", $"={name}"]);
        Run("gpg", [.. quiet, "--output", open, "--export", $"={name}"]);
        return new KeyRing(secret, open);
    }

    /// <summary>What gpgv says against a detached signature; null: it is good.</summary>
    public string? WhyNot(KeyRing ring, byte[] signature, byte[] text)
    {
        var (signed, plain) = (Path.Combine(Folder, "signature"), Path.Combine(Folder, "text"));
        File.WriteAllBytes(signed, signature);
        File.WriteAllBytes(plain, text);
        var (code, said) = Start("gpgv", ["--keyring", ring.PublicPath, signed, plain]);
        return code == 0 ? null : said;
    }

    public void Dispose()
    {
        // gpg started an agent for this home.
        Start("gpgconf", ["--kill", "all"]);
        _home.Delete(recursive: true);
    }

    private void Run(string program, string[] arguments)
    {
        var (code, said) = Start(program, arguments);
        if (code != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {said}");
        }
    }

    private (int Code, string Said) Start(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, ["--homedir", Folder, .. arguments]) { RedirectStandardError = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var said = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, said.GetAwaiter().GetResult());
    }
}

/// <summary>The files of one key.</summary>
public sealed record KeyRing(string SecretPath, string PublicPath);
