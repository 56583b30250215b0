"""凭证材料: photos, voice notes and videos that customers sent."""
