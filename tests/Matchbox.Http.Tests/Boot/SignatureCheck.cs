using System.Diagnostics;
using System.Text;
using Org.BouncyCastle.Bcpg.OpenPgp;

namespace Matchbox.Http.Tests.Boot;

/// <summary>Verifies detached signatures by two programs that are not ours; gpgv only where it is installed.</summary>
internal sealed class SignatureCheck(string pubring)
{
    private static readonly string? Gpgv =
        new[] { "/usr/bin/gpgv", "/bin/gpgv", "/usr/local/bin/gpgv" }.FirstOrDefault(File.Exists);

    private readonly PgpPublicKeyRingBundle _keys = Read(pubring);

    /// <summary>Why a signature of the text is none; null: it is good.</summary>
    public string? WhyNot(byte[] signature, byte[] text, bool isArmored)
    {
        if (isArmored != Encoding.Latin1.GetString(signature).StartsWith("-----BEGIN PGP SIGNATURE-----\n", StringComparison.Ordinal))
        {
            return "not in the form that was asked for";
        }
        using var decoded = PgpUtilities.GetDecoderStream(new MemoryStream(signature));
        if (new PgpObjectFactory(decoded).NextPgpObject() is not PgpSignatureList { Count: 1 } list)
        {
            return "no signature packet";
        }
        var packet = list[0];
        if (packet is not { Version: 4, SignatureType: PgpSignature.CanonicalTextDocument, HashAlgorithm: Org.BouncyCastle.Bcpg.HashAlgorithmTag.Sha256 })
        {
            return $"version {packet.Version}, type {packet.SignatureType}, hash {packet.HashAlgorithm}";
        }
        packet.InitVerify(_keys.GetPublicKey(packet.KeyId));
        packet.Update(text);
        return !packet.Verify() ? "a bad signature" : Gpgv is null ? null : WhyNotByGpgv(signature, text);
    }

    private string? WhyNotByGpgv(byte[] signature, byte[] text)
    {
        var folder = Directory.CreateTempSubdirectory("matchbox-gpgv-");
        try
        {
            var (signed, plain) = (Path.Combine(folder.FullName, "signature"), Path.Combine(folder.FullName, "text"));
            File.WriteAllBytes(signed, signature);
            File.WriteAllBytes(plain, text);
            using var gpgv = Process.Start(new ProcessStartInfo(Gpgv!, ["--homedir", folder.FullName, "--keyring", pubring, signed, plain]) { RedirectStandardError = true })!;
            var errors = gpgv.StandardError.ReadToEnd();
            gpgv.WaitForExit();
            return gpgv.ExitCode == 0 ? null : errors;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static PgpPublicKeyRingBundle Read(string path)
    {
        using var file = File.OpenRead(path);
        return new PgpPublicKeyRingBundle(file);
    }
}
