using MinerFlow.Ledger.Deliveries;
using MinerFlow.Reporting.Push.Signatures;

namespace MinerFlow.Reporting.Push.Encryption;

/// <summary>
/// Documents that only their recipient opens, by whatever way they go: each becomes a CMS message (RFC 5652, <c>.p7m</c>) under a password that both know, by SM4 (GB/T 32907) or
/// AES-256. <c>openssl cms -decrypt -binary -inform DER -in NAME.p7m -pwri_password PASSWORD -out NAME</c> opens it. It is encrypted once, when the package is queued: the manifest names
/// what is sent, and its signature covers that.
/// </summary>
public sealed class DocumentEncryption
{
    public const string Extension = ".p7m";

    /// <summary>Bytes of a password that is not guessed, however few iterations an attacker pays (NIST SP 800-131A: 112 bits, rounded up).</summary>
    private const int ShortestPassword = 16;

    /// <summary>For a password that somebody chose all the same: some 30 ms for each document.</summary>
    private const int Iterations = 100_000;

    private readonly nint _cipher;
    private readonly ChannelSecret _password;

    private DocumentEncryption(nint cipher, ChannelSecret password)
    {
        _cipher = cipher;
        _password = password;
    }

    /// <summary>Reads the keys <c>encrypt</c> and <c>encrypt-password</c> of a destination.</summary>
    /// <returns>Null when it wants none, or a problem has been told.</returns>
    public static DocumentEncryption? Read(ChannelSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var kind = settings.Choice("encrypt", "", "sm4", "aes-256");
        var password = settings.Secret("encrypt-password");
        if (settings.Text("encrypt") is null)
        {
            if (settings.Text("encrypt-password") is not null)
            {
                settings.Report("encrypt-password", "'encrypt-password' is given without 'encrypt': say encrypt: sm4 or encrypt: aes-256.");
            }

            return null;
        }

        if (password is null)
        {
            if (settings.Text("encrypt-password") is null)
            {
                settings.Report("encrypt", "'encrypt' needs 'encrypt-password' as file:PATH, env:NAME or credential:NAME.");
            }

            return null;
        }

        if (password.Bytes.Length < ShortestPassword)
        {
            settings.Report("encrypt-password", $"'encrypt-password' has {password.Bytes.Length} bytes: it has at least {ShortestPassword}, as 'openssl rand -hex 16' makes it.");
            return null;
        }

        try
        {
            return kind.Length == 0 ? null : new DocumentEncryption(LibcryptoCalls.Cipher(kind == "sm4" ? "SM4-CBC" : "AES-256-CBC"), password);
        }
        catch (ChannelException problem)
        {
            settings.Report("encrypt", $"'encrypt': {problem.Message}");
            return null;
        }
    }

    /// <returns>The document as it is sent; another each time, by chance.</returns>
    /// <exception cref="ChannelException">OpenSSL refused.</exception>
    public DeliveryDocument Encrypt(DeliveryDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        return DeliveryDocument.Of(document.Name + Extension, CmsCalls.Encrypt(_cipher, _password.Bytes, Iterations, document.Content.Span));
    }
}
