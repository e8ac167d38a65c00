using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Matchbox.Core.Secrets;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.DependencyInjection;

namespace Matchbox.Storage.LiteDb.Sealing;

/// <summary>Wraps keys of the ring by the master key: AES-256-GCM, with 12 octets of nonce, 16 of tag and the text, in base64.</summary>
internal sealed class MasterKeyWrap(MasterKey master) : IXmlEncryptor
{
    internal const string Purpose = "key ring";

    public EncryptedXmlInfo Encrypt(XElement plaintextElement)
    {
        var text = Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting));
        var wrapped = new byte[MasterKeyUnwrap.NonceLength + MasterKeyUnwrap.TagLength + text.Length];
        var nonce = wrapped.AsSpan(0, MasterKeyUnwrap.NonceLength);
        RandomNumberGenerator.Fill(nonce);
        var key = master.Derive(Purpose);
        using var cipher = new AesGcm(key, MasterKeyUnwrap.TagLength);
        cipher.Encrypt(nonce, text, wrapped.AsSpan(MasterKeyUnwrap.NonceLength + MasterKeyUnwrap.TagLength), wrapped.AsSpan(MasterKeyUnwrap.NonceLength, MasterKeyUnwrap.TagLength));
        CryptographicOperations.ZeroMemory(text);
        CryptographicOperations.ZeroMemory(key);
        return new EncryptedXmlInfo(new XElement("wrapped", System.Convert.ToBase64String(wrapped)), typeof(MasterKeyUnwrap));
    }
}

/// <summary>Opens what <see cref="MasterKeyWrap"/> wrapped. Made by Data Protection, which finds its name beside each key.</summary>
internal sealed class MasterKeyUnwrap(IServiceProvider services) : IXmlDecryptor
{
    internal const int NonceLength = 12;
    internal const int TagLength = 16;

    public XElement Decrypt(XElement encryptedElement)
    {
        var wrapped = System.Convert.FromBase64String(encryptedElement.Value);
        if (wrapped.Length < NonceLength + TagLength)
        {
            throw new CryptographicException("a wrapped key is cut off");
        }
        var text = new byte[wrapped.Length - NonceLength - TagLength];
        var key = services.GetRequiredService<MasterKey>().Derive(MasterKeyWrap.Purpose);
        using var cipher = new AesGcm(key, TagLength);
        cipher.Decrypt(wrapped.AsSpan(0, NonceLength), wrapped.AsSpan(NonceLength + TagLength), wrapped.AsSpan(NonceLength, TagLength), text);
        CryptographicOperations.ZeroMemory(key);
        return XElement.Parse(Encoding.UTF8.GetString(text));
    }
}
